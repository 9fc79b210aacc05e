"use strict";(self.rspackChunkaurelius=self.rspackChunkaurelius||[]).push([[266],{646(r,e,o){var a=o(601),t=o.n(a),n=o(314),i=(o.n(n))()(t());i.push([r.id,`/* The panel, its forms and its item of the status bar, in the colours and sizes of Lab's theme. */

.aur-mark {
  stroke: var(--jp-inverse-layout-color3);
  fill: none !important;
}
.jp-SideBar .jp-mod-current .aur-mark {
  stroke: var(--jp-brand-color1);
}

.aur-Panel .jp-SidePanel-header > * {
  width: 100%;
}
.aur-head {
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 4px 8px 4px 12px;
}
.aur-head h2 {
  margin: 0;
  flex: 1;
  font-size: var(--jp-ui-font-size1);
  font-weight: 600;
}

.aur-connection {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
}
.aur-connection::before {
  content: '';
  width: 8px;
  height: 8px;
  border-radius: 50%;
  background: var(--jp-warn-color1);
}
.aur-connection[data-state='live']::before {
  background: var(--jp-success-color1);
}
.aur-connection[data-state='offline']::before,
.aur-connection[data-state='signed out']::before {
  background: var(--jp-error-color1);
}
.aur-connection a {
  color: var(--jp-content-link-color);
  text-decoration: underline;
}

.aur-Section {
  overflow: auto;
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  font-size: var(--jp-ui-font-size1);
}
.aur-list {
  margin: 0;
  padding: 0;
  list-style: none;
}
.aur-list li {
  position: relative;
  display: grid;
  grid-template-columns: 1fr auto;
  align-items: start;
  padding: 6px 8px 6px 24px;
  border-bottom: 1px solid var(--jp-border-color3);
}
.aur-list :is(.aur-line, progress) {
  grid-column: 1 / -1;
}
.aur-list li::before {
  content: '';
  position: absolute;
  left: 10px;
  top: 12px;
  width: 7px;
  height: 7px;
  border-radius: 50%;
  background: var(--jp-border-color1);
}
.aur-list li[data-state='running']::before,
.aur-list li[data-state='started']::before {
  background: var(--jp-brand-color1);
}
.aur-list li[data-state='completed']::before,
.aur-list li[data-state='live']::before,
.aur-list li[data-state='active']::before {
  background: var(--jp-success-color1);
}
.aur-list li[data-state='failed']::before {
  background: var(--jp-error-color1);
}
.aur-list li[data-state='cancelled']::before {
  background: var(--jp-warn-color1);
}
.aur-list .aur-line {
  display: flex;
  align-items: baseline;
  gap: 8px;
}
.aur-list .aur-line > :first-child {
  flex: 1;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  font-weight: 500;
}
.aur-list time {
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
  white-space: nowrap;
}
.aur-detail {
  margin: 1px 0 0;
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
  overflow-wrap: anywhere;
}
.aur-detail.aur-bad {
  color: var(--jp-error-color1);
}
.aur-list progress {
  width: 100%;
  height: 6px;
  margin-top: 4px;
  accent-color: var(--jp-brand-color1);
}
.aur-link {
  padding: 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  text-align: left;
  cursor: pointer;
}
.aur-link:hover {
  color: var(--jp-content-link-color);
  text-decoration: underline;
}
.aur-empty {
  margin: 0;
  padding: 12px 16px;
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size1);
  line-height: 1.4;
}
.aur-empty p {
  margin: 0 0 8px;
}

.aur-actions {
  grid-area: 2 / 2;
  display: flex;
  gap: 2px;
  margin: -1px 0 -3px 8px;
}
.aur-action {
  display: inline-flex;
  padding: 3px;
  border: 0;
  border-radius: var(--jp-border-radius);
  background: none;
  cursor: pointer;
}
.aur-action:hover {
  background: var(--jp-layout-color2);
}
.aur-action svg {
  width: 16px;
  height: 16px;
  display: block;
}
.aur-Panel button:focus-visible,
.aur-status:focus-visible,
.aur-log pre:focus-visible {
  outline: 2px solid var(--jp-brand-color1);
  outline-offset: 1px;
}

.aur-status {
  display: inline-flex;
  align-items: center;
  gap: 4px;
  height: 100%;
  padding: 0 4px;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  cursor: pointer;
}
.aur-status svg {
  width: 15px;
  height: 15px;
  display: block;
}
.aur-Status:hover {
  background: var(--jp-layout-color3);
}

.aur-Dialog .jp-Dialog-content {
  width: min(680px, 92vw);
  max-width: none;
  max-height: 88vh;
}
.aur-Form {
  overflow: auto;
  font-size: var(--jp-ui-font-size1);
}
.aur-Form fieldset {
  margin: 0 0 12px;
  padding: 0;
  border: 0;
}
.aur-Form legend {
  padding: 0 0 6px;
  font-weight: 600;
}
.aur-note {
  margin: 0;
  color: var(--jp-ui-font-color2);
}
.aur-problem {
  margin: 0 0 12px;
  padding: 8px 12px;
  border-left: 3px solid var(--jp-error-color1);
  background: var(--jp-layout-color2);
}
.aur-field {
  display: grid;
  grid-template-columns: minmax(150px, 2fr) 3fr;
  column-gap: 16px;
  align-items: baseline;
  padding: 4px 0;
}
.aur-field label {
  overflow-wrap: anywhere;
}
.aur-field label code {
  margin-left: 8px;
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
}
.aur-field abbr {
  margin-left: 4px;
  color: var(--jp-error-color1);
  text-decoration: none;
}
.aur-field :is(input[type='text'], select, textarea) {
  font-size: var(--jp-ui-font-size1);
  width: 100%;
  box-sizing: border-box;
  font-family: inherit;
}
.aur-field[data-kind='json'] :is(input, textarea) {
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
}
.aur-field [aria-invalid='true'] {
  border-color: var(--jp-error-color1) !important;
}
.aur-field input[type='checkbox'] {
  justify-self: start;
  margin: 0;
}
.aur-field small {
  grid-column: 2;
  font-size: var(--jp-ui-font-size0);
  line-height: 1.4;
}
.aur-hint {
  color: var(--jp-ui-font-color2);
}
.aur-error {
  color: var(--jp-error-color1);
}
.aur-log pre {
  max-width: 76vw;
  min-width: 320px;
  max-height: 60vh;
  margin: 0;
  padding: 8px;
  overflow: auto;
  background: var(--jp-layout-color2);
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
  white-space: pre-wrap;
}

.jp-Toolbar-item[data-jp-item-name^='aurelius-'] .jp-ToolbarButtonComponent-label {
  margin-left: 4px;
}
`,""]),o.d(e,{},{A:i})},314(r){r.exports=function(r){var e=[];return e.toString=function(){return this.map(function(e){var o="",a=void 0!==e[5];return e[4]&&(o+="@supports (".concat(e[4],") {")),e[2]&&(o+="@media ".concat(e[2]," {")),a&&(o+="@layer".concat(e[5].length>0?" ".concat(e[5]):""," {")),o+=r(e),a&&(o+="}"),e[2]&&(o+="}"),e[4]&&(o+="}"),o}).join("")},e.i=function(r,o,a,t,n){"string"==typeof r&&(r=[[null,r,void 0]]);var i={};if(a)for(var l=0;l<this.length;l++){var s=this[l][0];null!=s&&(i[s]=!0)}for(var p=0;p<r.length;p++){var u=[].concat(r[p]);a&&i[u[0]]||(void 0!==n&&(void 0===u[5]||(u[1]="@layer".concat(u[5].length>0?" ".concat(u[5]):""," {").concat(u[1],"}")),u[5]=n),o&&(u[2]&&(u[1]="@media ".concat(u[2]," {").concat(u[1],"}")),u[2]=o),t&&(u[4]?(u[1]="@supports (".concat(u[4],") {").concat(u[1],"}"),u[4]=t):u[4]="".concat(t)),e.push(u))}},e}},601(r){r.exports=function(r){return r[1]}},665(r,e,o){o.r(e);var a=o(72),t=o.n(a),n=o(825),i=o.n(n),l=o(659),s=o.n(l),p=o(56),u=o.n(p),c=o(540),d=o.n(c),f=o(113),v=o.n(f),g=o(646),m={};m.styleTagTransform=v(),m.setAttributes=u(),m.insert=s().bind(null,"head"),m.domAPI=i(),m.insertStyleElement=d(),t()(g.A,m);let h=g.A&&g.A.locals?g.A.locals:void 0;o.d(e,{},{default:h})},72(r){var e=[];function o(r){for(var o=-1,a=0;a<e.length;a++)if(e[a].identifier===r){o=a;break}return o}function a(r,a){for(var t={},n=[],i=0;i<r.length;i++){var l=r[i],s=a.base?l[0]+a.base:l[0],p=t[s]||0,u="".concat(s," ").concat(p);t[s]=p+1;var c=o(u),d={css:l[1],media:l[2],sourceMap:l[3],supports:l[4],layer:l[5]};if(-1!==c)e[c].references++,e[c].updater(d);else{var f=function(r,e){var o=e.domAPI(e);return o.update(r),function(e){e?(e.css!==r.css||e.media!==r.media||e.sourceMap!==r.sourceMap||e.supports!==r.supports||e.layer!==r.layer)&&o.update(r=e):o.remove()}}(d,a);a.byIndex=i,e.splice(i,0,{identifier:u,updater:f,references:1})}n.push(u)}return n}r.exports=function(r,t){var n=a(r=r||[],t=t||{});return function(r){r=r||[];for(var i=0;i<n.length;i++){var l=o(n[i]);e[l].references--}for(var s=a(r,t),p=0;p<n.length;p++){var u=o(n[p]);0===e[u].references&&(e[u].updater(),e.splice(u,1))}n=s}}},659(r){var e={};r.exports=function(r,o){var a=function(r){if(void 0===e[r]){var o=document.querySelector(r);if(window.HTMLIFrameElement&&o instanceof window.HTMLIFrameElement)try{o=o.contentDocument.head}catch(r){o=null}e[r]=o}return e[r]}(r);if(!a)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");a.appendChild(o)}},540(r){r.exports=function(r){var e=document.createElement("style");return r.setAttributes(e,r.attributes),r.insert(e,r.options),e}},56(r,e,o){r.exports=function(r){var e=o.nc;e&&r.setAttribute("nonce",e)}},825(r){r.exports=function(r){if("u"<typeof document)return{update:function(){},remove:function(){}};var e=r.insertStyleElement(r);return{update:function(o){var a,t,n;a="",o.supports&&(a+="@supports (".concat(o.supports,") {")),o.media&&(a+="@media ".concat(o.media," {")),(t=void 0!==o.layer)&&(a+="@layer".concat(o.layer.length>0?" ".concat(o.layer):""," {")),a+=o.css,t&&(a+="}"),o.media&&(a+="}"),o.supports&&(a+="}"),(n=o.sourceMap)&&"u">typeof btoa&&(a+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(n))))," */")),r.styleTagTransform(a,e,r.options)},remove:function(){var r;null===(r=e).parentNode||r.parentNode.removeChild(r)}}}},113(r){r.exports=function(r,e){if(e.styleSheet)e.styleSheet.cssText=r;else{for(;e.firstChild;)e.removeChild(e.firstChild);e.appendChild(document.createTextNode(r))}}}}]);